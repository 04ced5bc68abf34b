import { z } from "zod";
import { type ApiError, invalid } from "./api-error";
import type { FormTree } from "./form";

/** Building blocks for the parameters of an operation; everything arrives as text. */
export const text = z.string().max(5000);
/** Text that may be emptied. */
export const clearable = text.transform((value) => (value === "" ? null : value));
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, "Invalid integer")
  .transform(Number);
/** Cents: whole and not negative. */
export const cents = z
  .string()
  .regex(/^-?\d{1,15}$/, "Invalid integer")
  .transform(Number)
  .pipe(z.number().min(0, "This value must be greater than or equal to 0."));
export const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, "Invalid decimal")
  .transform(Number);
export const flag = z.enum(["true", "false"], "Invalid boolean").transform((value) => value === "true");
/** Unix seconds. */
export const timestamp = integer;
export const currency = z
  .string()
  .toLowerCase()
  .pipe(z.literal("usd", "This stand-in's account takes usd only."));

const metadataEntries = z
  .record(z.string().max(40), z.string().max(500))
  .refine((entries) => Object.keys(entries).length <= 50, "Metadata holds at most 50 keys.");
/** Names and values to merge; an empty value removes its name, empty text removes all. */
export const metadata = z.preprocess(
  (value) => (value === "" ? { "": "" } : Array.isArray(value) ? { ...value } : value),
  metadataEntries,
);

const range = z.union([
  integer.transform((value) => ({ gte: value, lte: value })),
  z.strictObject({ gt: integer, gte: integer, lt: integer, lte: integer }).partial(),
]);
export type CreatedRange = {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
};

const expand = z.array(text).max(20).optional();

/** An operation's parameters: the given ones, `expand`, and nothing else. */
export function accepts<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...shape, expand });
}

const paging = {
  limit: integer.pipe(z.number().min(1).max(100, "This value must be less than or equal to 100.")).optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
  created: range.optional(),
};

/** A list operation's parameters: filters, paging by cursor, a range of creation times. */
export function acceptsList<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...shape, ...paging, expand });
}

export interface Page {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?: CreatedRange | undefined;
}

/** Address as Stripe takes it; what is not given is null. */
export const address = z
  .strictObject({
    city: clearable.optional(),
    country: clearable.optional(),
    line1: clearable.optional(),
    line2: clearable.optional(),
    postal_code: clearable.optional(),
    state: clearable.optional(),
  })
  .transform((value) => ({
    city: value.city ?? null,
    country: value.country ?? null,
    line1: value.line1 ?? null,
    line2: value.line2 ?? null,
    postal_code: value.postal_code ?? null,
    state: value.state ?? null,
  }));

/** Reads parameters by their schema; throws the error Stripe would answer. */
export function readParams<Schema extends z.ZodType>(schema: Schema, form: FormTree): z.output<Schema> {
  const result = schema.safeParse(form);
  if (result.success) return result.data;
  throw explain(result.error.issues, []);
}

type Issue = z.core.$ZodIssue;

function explain(issues: readonly Issue[], base: PropertyKey[]): ApiError {
  const issue = issues[0];
  if (!issue) return invalid("Invalid request.");
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const param = paramName([...path, issue.keys[0] ?? ""]);
    return invalid(`Received unknown parameter: ${param}`, param, "parameter_unknown");
  }
  const param = paramName(path);
  if (issue.code === "invalid_union") {
    const deepest = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
    if (deepest) return explain(deepest, path);
  }
  if (issue.code === "invalid_type" && issue.message.includes("received undefined")) {
    return invalid(`Missing required param: ${param}.`, param, "parameter_missing");
  }
  if (issue.message.startsWith("Invalid integer")) {
    return invalid(`Invalid integer: ${param}`, param, "parameter_invalid_integer");
  }
  return invalid(`Invalid ${param}: ${issue.message}`, param, "parameter_invalid");
}

function paramName(path: PropertyKey[]): string {
  const [head, ...rest] = path.map(String);
  return `${head ?? ""}${rest.map((part) => `[${part}]`).join("")}`;
}
