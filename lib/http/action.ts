import { randomUUID } from "node:crypto";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { requirePrincipal, type SignedIn } from "@/lib/auth/session";
import type { AppRole } from "@/lib/db/database.gen";
import { AppError, type ErrorCode, type FieldErrors } from "@/lib/errors";
import { errorFacts, log, withContext } from "@/lib/log";

/** What an action answers: data, or what to tell the person. `fieldErrors` are keyed by the form's field names. */
export type ActionResult<T> =
  | { readonly ok: true; readonly data: T }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly fieldErrors?: FieldErrors;
      };
    };

/** A form's fields as an object; a field sent more than once becomes an array. Files are left out. */
function readInput(input: unknown): unknown {
  if (!(input instanceof FormData)) return input;
  const fields: Record<string, string | string[]> = {};
  for (const [name, value] of input) {
    if (typeof value !== "string" || name.startsWith("$ACTION")) continue;
    const before = fields[name];
    fields[name] =
      before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return fields;
}

/** zod's issues by field, in the schema's own words. */
function fieldErrorsOf(error: z.ZodError): FieldErrors {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const field = issue.path.join(".") || "form";
    errors[field] = [...(errors[field] ?? []), issue.message];
  }
  return errors;
}

function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(readInput(input));
  if (parsed.success) return parsed.data;
  throw new AppError("invalid", {
    message: "input refused",
    userMessage: "Please check the marked fields.",
    fieldErrors: fieldErrorsOf(parsed.error),
  });
}

async function answer<T>(name: string, work: () => Promise<T>): Promise<ActionResult<T>> {
  return withContext({ requestId: randomUUID() }, async () => {
    const start = performance.now();
    const took = () => ({ action: name, ms: Math.round(performance.now() - start) });
    try {
      const data = await work();
      log("info", "action", { ...took(), outcome: "ok" });
      return { ok: true, data };
    } catch (error) {
      unstable_rethrow(error);
      if (error instanceof AppError) {
        log("info", "action", { ...took(), outcome: error.code, reason: error.message });
        return {
          ok: false,
          error: {
            code: error.code,
            message: error.userMessage,
            ...(error.fieldErrors ? { fieldErrors: error.fieldErrors } : {}),
          },
        };
      }
      log("error", "action", { ...took(), outcome: "internal", ...errorFacts(error) });
      return {
        ok: false,
        error: {
          code: "internal",
          message: "Something went wrong on our side. Nothing was lost; please try again in a moment.",
        },
      };
    }
  });
}

/** A server action for anybody: enrollment before there is an account, sign-in, registration. */
export function publicAction<S extends z.ZodType, T>(
  options: { name: string; schema: S },
  handler: (call: { input: z.output<S> }) => Promise<T>,
): (input: unknown) => Promise<ActionResult<T>> {
  return (input) => answer(options.name, async () => handler({ input: parse(options.schema, input) }));
}

/** A server action for signed-in people with one of the roles. Everybody else is refused before the input is read. */
export function authAction<S extends z.ZodType, T>(
  options: { name: string; roles: readonly AppRole[]; schema: S },
  handler: (call: { input: z.output<S>; principal: SignedIn }) => Promise<T>,
): (input: unknown) => Promise<ActionResult<T>> {
  return (input) =>
    answer(options.name, async () => {
      const principal = await requirePrincipal(options.roles);
      return handler({ input: parse(options.schema, input), principal });
    });
}
