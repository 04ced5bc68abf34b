/** What a bracketed form (`a[b][0]=c`) says: text, lists and maps of them. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };
export type FormTree = { [name: string]: FormValue };

/** Parses a query string or a form body. Names that could reach a prototype are ordinary names here. */
export function parseForm(text: string): FormTree {
  const root: FormTree = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) place(root, splitName(name), value);
  return listsOf(root) as FormTree;
}

function splitName(name: string): string[] {
  const head = name.split("[", 1)[0] ?? name;
  const rest = [...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "");
  return [head, ...rest];
}

function place(node: FormTree, path: string[], value: string): void {
  const [head = "", ...rest] = path;
  const name = head === "" ? String(Object.keys(node).length) : head;
  if (rest.length === 0) {
    node[name] = value;
    return;
  }
  let child = node[name];
  if (typeof child !== "object" || Array.isArray(child)) {
    child = Object.create(null) as FormTree;
    node[name] = child;
  }
  place(child, rest, value);
}

/** Maps whose names are 0, 1, 2 … were lists before the client encoded them. */
function listsOf(value: FormValue): FormValue {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const names = Object.keys(value);
  const isList = names.length > 0 && names.every((name, index) => name === String(index));
  if (isList) return names.map((name) => listsOf(value[name] ?? ""));
  const plain: FormTree = Object.create(null);
  for (const name of names) plain[name] = listsOf(value[name] ?? "");
  return plain;
}
