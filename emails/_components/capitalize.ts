/** First letter in upper case: for the start of a sentence, a subject or a table cell. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
