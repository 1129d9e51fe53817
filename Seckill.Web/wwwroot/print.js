// After the answer: a page that prints waits for its dialog, and its circuit must not.
export const printPage = () => void setTimeout(() => print());
