import type { BrowserContext } from '@playwright/test';

/** Notes what no visitor should ever cause: script errors, unhandled rejections, violations of the content policy, failures of the server. */
export async function watch(context: BrowserContext, problems: string[]): Promise<void> {
  context.on('weberror', error => problems.push(`script: ${error.error().stack ?? error.error().message}`));
  context.on('console', message => {
    // Chromium reports every refusal of the API as an error. Answers are judged below, by their status.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource: the server responded')) {
      problems.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('response', response => {
    const status = response.status();
    const answersPeople = response.request().isNavigationRequest() || new URL(response.url()).pathname.startsWith('/api/');
    if (status >= 500 || (status >= 400 && !answersPeople)) problems.push(`${status}: ${response.request().method()} ${response.url()}`);
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => {
      console.error(`Content policy: ${event.violatedDirective} blocked ${event.blockedURI}`);
    });
  });
}
