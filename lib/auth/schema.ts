import { z } from "zod";
import { safeNext } from "./rules";

const SHORTEST_PASSWORD = 10;
/** bcrypt reads no further: what follows would be accepted and mean nothing. */
const LONGEST_PASSWORD_BYTES = 72;
const LONGEST_EMAIL = 254;
const LONGEST_NAME = 120;

const CONTROL = /\p{Cc}/u;
/** Control characters, and marks that turn the direction of the text around them. */
const UNPRINTABLE = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

const enterEmail = "Enter your email address.";

/** An address, in lower case. */
const email = z
  .string(enterEmail)
  .trim()
  .toLowerCase()
  .min(1, { error: enterEmail, abort: true })
  .max(LONGEST_EMAIL, {
    error: `Enter an email address of at most ${LONGEST_EMAIL} characters.`,
    abort: true,
  })
  .pipe(z.email("Enter an email address like name@example.com."));

const enterPassword = "Enter your password.";

/** A password as typed; only its length is bounded, since it was accepted when it was chosen. */
const knownPassword = z
  .string(enterPassword)
  .min(1, { error: enterPassword, abort: true })
  .max(1000, "This password is longer than any we accept.");

const choosePassword = `Choose a password of at least ${SHORTEST_PASSWORD} characters.`;

const newPassword = z
  .string(choosePassword)
  .refine((value) => [...value].length >= SHORTEST_PASSWORD, { error: choosePassword, abort: true })
  .refine((value) => new TextEncoder().encode(value).length <= LONGEST_PASSWORD_BYTES, {
    error: `Choose a password of at most ${LONGEST_PASSWORD_BYTES} characters; accents and emoji count more than once.`,
    abort: true,
  })
  .refine((value) => !CONTROL.test(value), "Choose a password without tabs and line breaks.")
  .refine((value) => new Set(value).size > 2, "Choose a password with more than two different characters.");

const enterName = "Enter your name.";

const fullName = z
  .string(enterName)
  .trim()
  .min(1, { error: enterName, abort: true })
  .refine((value) => !UNPRINTABLE.test(value), {
    error: "Enter your name without control characters.",
    abort: true,
  })
  .transform((value) => value.replace(/\s+/gu, " "))
  .refine(
    (value) => [...value].length <= LONGEST_NAME,
    `Enter a name of at most ${LONGEST_NAME} characters.`,
  );

/** A page of this site to go on to; anything else counts as none. */
const next = z
  .unknown()
  .optional()
  .transform((value) => safeNext(value));

export const signInSchema = z.object({ email, password: knownPassword, next });

export const registerSchema = z
  .object({ name: fullName, email, password: newPassword, next })
  .refine((input) => input.password.toLowerCase() !== input.email, {
    path: ["password"],
    error: "Choose a password that is not your email address.",
  });

/** Asks for a mail: a new confirmation link or the link to a new password. */
export const mailRequestSchema = z.object({ email, next });

export const newPasswordSchema = z.object({ password: newPassword, next });

/** The embedded bar's form: `callbackUrl` is the sample account's home. */
export const sampleSignInSchema = z
  .object({ email, password: knownPassword, callbackUrl: next })
  .transform(({ callbackUrl, ...account }) => ({ ...account, next: callbackUrl }));

/** What a mail's link carries. `signup` and `email` confirm an address, the others sign in or recover. */
export const mailLinkSchema = z.object({
  token_hash: z.string().regex(/^[A-Za-z0-9_-]{16,256}$/),
  type: z.enum(["signup", "email", "invite", "magiclink", "recovery"]),
});

/** What a web session's token holds: whose it is, and which session of Supabase Auth stands behind it. */
export const sessionTokenSchema = z.object({ sub: z.uuid(), sid: z.uuid() });

/** The claims of a Supabase access token that we use. */
export const accessTokenSchema = z.object({ sub: z.uuid(), session_id: z.uuid() });
