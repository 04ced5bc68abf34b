"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AppError, type ErrorCode, type FieldErrors } from "@/lib/errors";
import { type ActionResult, publicAction } from "@/lib/http/action";
import { placeOf } from "@/lib/http/rate-limit";
import { log } from "@/lib/log";
import {
  endAllSessions,
  openAccount,
  readSignedIn,
  sendConfirmationAgain,
  sendRecovery,
  signInWithPassword,
} from "./accounts";
import { countAttempt, forgiveAttempt } from "./attempts";
import { accountClosed, refusalCode, toSignInError } from "./errors";
import { keepPendingRegistration, readPendingRegistration } from "./pending-registration";
import { readRecoverySession } from "./recovery";
import { checkEmailPath, forgotPasswordPath, landing, loginPath, safeNext } from "./rules";
import {
  mailRequestSchema,
  newPasswordSchema,
  registerSchema,
  sampleSignInSchema,
  signInSchema,
} from "./schema";
import { recoveryAuth } from "./supabase";
import { endWebSession, endWebSessionEverywhere, startWebSession } from "./web-session";

/**
 * What a sign-in form shows after it was sent: what is wrong, and what was typed (never a password). `hint` offers the
 * way out: a new confirmation mail, or a new link.
 */
export type FormState = {
  readonly message?: string;
  readonly fieldErrors?: FieldErrors;
  readonly code?: ErrorCode;
  readonly hint?: "unconfirmed" | "sent";
  readonly typed: { readonly email: string; readonly name: string };
};

async function who(email: string) {
  return { email, place: placeOf(await headers()) };
}

function typedIn(form: FormData): FormState["typed"] {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.slice(0, 300) : "";
  };
  return { email: text("email"), name: text("name") };
}

function stateOf(result: ActionResult<Partial<FormState>>, form: FormData): FormState {
  const typed = typedIn(form);
  if (result.ok) return { ...result.data, typed };
  const { message, fieldErrors, code } = result.error;
  return { message, code, ...(fieldErrors ? { fieldErrors } : {}), typed };
}

async function signIn(input: { email: string; password: string; next: string | null }) {
  const attempt = await who(input.email);
  await countAttempt("sign_in", attempt);
  const tried = await signInWithPassword(input.email, input.password);
  if (tried.outcome === "refused") {
    throw new AppError("unauthenticated", {
      message: "wrong email or password",
      userMessage: "The email address or the password is not right. Please try again.",
    });
  }
  if (tried.outcome === "unconfirmed") {
    return {
      hint: "unconfirmed",
      message: "Please confirm your email address first: we sent you a link when you registered.",
    } as const;
  }
  await forgiveAttempt("sign_in", attempt);
  await startWebSession(tried.person);
  redirect(landing(tried.person.role, input.next));
}

const trySignIn = publicAction({ name: "auth.sign_in", schema: signInSchema }, ({ input }) => signIn(input));

/** The sign-in form: fields `email`, `password`, `next`. Goes on to `next` or the role's portal. */
export async function signInAction(_before: FormState, form: FormData): Promise<FormState> {
  return stateOf(await trySignIn(form), form);
}

const trySample = publicAction({ name: "auth.sign_in_sample", schema: sampleSignInSchema }, ({ input }) =>
  signIn(input),
);

/** The embedded bar's buttons: fields `email`, `password`, `callbackUrl`. */
export async function signInSample(form: FormData): Promise<void> {
  await trySample(form);
  redirect(loginPath(safeNext(form.get("callbackUrl")), "sign-in-failed"));
}

const tryRegister = publicAction(
  { name: "auth.register", schema: registerSchema },
  async ({ input }): Promise<never> => {
    const attempt = await who(input.email);
    await countAttempt("register", attempt);
    await countAttempt("mail", attempt);
    const userId = await openAccount(input);
    await keepPendingRegistration({ email: input.email, ...(userId ? { userId } : {}) });
    redirect(checkEmailPath(input.next));
  },
);

/** The registration form: fields `name`, `email`, `password`, `next`. Never tells whether an address is taken. */
export async function registerAction(_before: FormState, form: FormData): Promise<FormState> {
  return stateOf(await tryRegister(form), form);
}

const tryResend = publicAction(
  { name: "auth.resend_confirmation", schema: mailRequestSchema },
  async ({ input }): Promise<never> => {
    await countAttempt("mail", await who(input.email));
    await sendConfirmationAgain(input.email, input.next);
    const pending = await readPendingRegistration();
    await keepPendingRegistration(pending?.email === input.email ? pending : { email: input.email });
    redirect(checkEmailPath(input.next, "again"));
  },
);

/** Sends the confirmation mail again: fields `email`, `next`. */
export async function resendConfirmationAction(_before: FormState, form: FormData): Promise<FormState> {
  return stateOf(await tryResend(form), form);
}

const tryForgot = publicAction(
  { name: "auth.forgot_password", schema: mailRequestSchema },
  async ({ input }) => {
    await countAttempt("mail", await who(input.email));
    await sendRecovery(input.email, input.next);
    return { hint: "sent" } as const;
  },
);

/** Asks for the mail with the link to a new password: fields `email`, `next`. */
export async function forgotPasswordAction(_before: FormState, form: FormData): Promise<FormState> {
  return stateOf(await tryForgot(form), form);
}

const tryReset = publicAction(
  { name: "auth.reset_password", schema: newPasswordSchema },
  async ({ input }): Promise<never> => {
    const recovery = await readRecoverySession();
    if (!recovery) redirect(forgotPasswordPath(input.next, "link-expired"));
    // A closed account keeps the password it has.
    if (!(await readSignedIn(recovery.ids))) throw accountClosed();
    const auth = await recoveryAuth();
    const { error } = await auth.updateUser({ password: input.password });
    if (error && refusalCode(error) === "same_password") {
      throw new AppError("invalid", {
        message: "same password",
        userMessage: "Please check the marked fields.",
        fieldErrors: { password: ["This is your password already. Choose another, or sign in with it."] },
      });
    }
    if (error) throw toSignInError(error);
    // Whoever knew the old password is out, and so is the session of the link itself.
    await endAllSessions(recovery.ids);
    await auth.signOut({ scope: "local" });
    const signedIn = await signInWithPassword(recovery.email, input.password);
    if (signedIn.outcome !== "signed_in") redirect(loginPath(input.next));
    await startWebSession(signedIn.person);
    redirect(landing(signedIn.person.role, input.next));
  },
);

/** Chooses the new password after a mail's link: fields `password`, `next`. Ends every other session. */
export async function resetPasswordAction(_before: FormState, form: FormData): Promise<FormState> {
  return stateOf(await tryReset(form), form);
}

/** Signs this browser out. */
export async function signOutAction(): Promise<void> {
  await endWebSession();
  log("info", "action", { action: "auth.sign_out", outcome: "ok" });
  redirect(loginPath(null, "signed-out"));
}

/** Signs the account out on every device, and ends its API sessions. Throws when it could not be done. */
export async function signOutEverywhereAction(): Promise<void> {
  await endWebSessionEverywhere();
  log("info", "action", { action: "auth.sign_out_everywhere", outcome: "ok" });
  redirect(loginPath(null, "signed-out-everywhere"));
}
