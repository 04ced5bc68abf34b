/** Characters. Next refuses a form of more than 1 MB before an action sees it; no field needs a tenth of that. */
const LIMIT = 100_000;

/** The first field that is too long to be sent, so that it can be said before what was typed is lost. */
export function findOversized(form: FormData): string | null {
  for (const [name, value] of form) if (typeof value === "string" && value.length > LIMIT) return name;
  return null;
}
