// Prints "passed failed" of one report, xunit's CTRF or Playwright's JSON, and then the name of each test that failed.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));

function specs(suites) {
  return suites.flatMap(suite => [...suite.specs, ...specs(suite.suites ?? [])]);
}

if (report.results) {
  const { passed, failed, other = 0 } = report.results.summary;
  console.log(passed, failed + other);
  for (const { name, status } of report.results.tests) if (status === 'failed' || status === 'other') console.log(name);
} else {
  const { expected, flaky, unexpected } = report.stats;
  if (flaky > 0) console.error(`${flaky} passed only the second time: that is a bug to mend.`);
  // An error outside of any test, a server that does not start for instance, is a failure as well.
  console.log(expected + flaky, unexpected + report.errors.length);
  for (const { file, title, tests } of specs(report.suites)) {
    for (const { projectName, status } of tests) if (status === 'unexpected') console.log(`[${projectName}] ${file}: ${title}`);
  }
}
