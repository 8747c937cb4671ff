/** A part that the server draws anew keeps what the reader has folded open or shut. */
export const keepFolds = {
  // What is typed and focused stays by itself: morphing keeps the very fields of the page.
  htmx_before_morph_attr: (element, { attrName }) =>
    !(attrName === "open" && element.matches("details, dialog")),
};
