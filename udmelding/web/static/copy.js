// Copies a text with its headings and lists where the browser can, else as plain text. Without
// JavaScript the button is not shown, and the text stands in a field to be selected.
"use strict";
const parts = (button) => ({
  text: document.getElementById(button.dataset.copy),
  page: document.getElementById(button.dataset.copyPage),
  said: document.getElementById(button.dataset.copySaid),
});
const words = (text) => text.value
  ?? [...text.children].map((line) => line.textContent.trim().replace(/\s+/g, " ")).join("\n");
const bySelection = (text) => {
  if (!text.select) {
    window.getSelection().selectAllChildren(text);
    return document.execCommand("copy");
  }
  const details = text.closest("details");
  if (details) { details.open = true; }
  text.focus();
  text.select();
  return document.execCommand("copy");
};
const copy = async ({ text, page }) => {
  if (!navigator.clipboard) { return bySelection(text); }
  try {
    if (window.ClipboardItem && page) {
      await navigator.clipboard.write([new ClipboardItem({
        "text/plain": new Blob([words(text)], { type: "text/plain" }),
        "text/html": new Blob([page.innerHTML], { type: "text/html" }),
      })]);
    } else {
      await navigator.clipboard.writeText(words(text));
    }
    return true;
  } catch {
    return bySelection(text);
  }
};
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const { text } = parts(button);
  const details = text.closest("details");
  if (details) { details.open = false; }
  button.addEventListener("click", async () => {
    const found = parts(button);
    const done = await copy(found);
    found.said.textContent = done
      ? "Teksten er kopieret."
      : "Teksten er markeret. Kopiér den med Ctrl+C.";
  });
}
