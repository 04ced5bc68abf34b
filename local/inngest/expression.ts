import { parse } from "@marcbachmann/cel-js";

/** A compiled CEL expression over `event` (what started the run) and, for matching, `async` (what came in). */
export type Expression = {
  source: string;
  /** False also when it fails, as a missing key does: an event that lacks the key does not match. */
  matches(scope: Scope): boolean;
  /** The value as text, for keys; undefined when it cannot be computed. */
  text(scope: Scope): string | undefined;
};

export type Scope = { event: unknown; async?: unknown };

const compiled = new Map<string, Expression>();
const MAX_REMEMBERED = 5_000;

/** Compiles and remembers. Throws when the source is not CEL. */
export function compileExpression(source: string): Expression {
  const known = compiled.get(source);
  if (known) return known;
  const program = parse(source);
  const evaluate = (scope: Scope): unknown => {
    try {
      return program({ event: scope.event, async: scope.async });
    } catch {
      return undefined;
    }
  };
  const expression: Expression = {
    source,
    matches: (scope) => evaluate(scope) === true,
    text: (scope) => {
      const value = evaluate(scope);
      if (value === undefined || value === null) return undefined;
      // Keys end up in text columns, which cannot hold a NUL.
      return (typeof value === "object" ? JSON.stringify(value) : String(value)).replaceAll("\0", "");
    },
  };
  // Sources may hold interpolated ids, so the memory is bounded.
  if (compiled.size >= MAX_REMEMBERED) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

/** The expression of an optional source. */
export function optionalExpression(source: string | undefined): Expression | undefined {
  return source === undefined || source.trim() === "" ? undefined : compileExpression(source);
}
