/** Has the browser keep a file. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.-]+/g, '-');
  link.click();
  // The download has begun by the next turn of the loop, in every browser.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
