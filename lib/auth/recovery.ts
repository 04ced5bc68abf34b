import "server-only";
import type { Session } from "@supabase/supabase-js";
import { AppError } from "@/lib/errors";
import type { SessionIds } from "./accounts";
import { toSignInError } from "./errors";
import { accessTokenSchema } from "./schema";
import { recoveryAuth } from "./supabase";

/** Somebody who came by a mail's link and may choose a new password now. */
type Recovery = { readonly ids: SessionIds; readonly email: string };

/**
 * Who may choose a new password in this browser; null when the link was not redeemed here or is too old.
 * @throws AppError "unavailable" when Supabase Auth does not answer.
 */
export async function readRecoverySession(): Promise<Recovery | null> {
  const auth = await recoveryAuth();
  const { data, error } = await auth.getClaims();
  // An outage must not look like an expired link.
  const known = toSignInError(error);
  if (known instanceof AppError) throw known;
  if (error || !data) return null;
  const claims = accessTokenSchema.safeParse(data.claims);
  const email = data.claims.email;
  if (!claims.success || !email) return null;
  return { ids: { userId: claims.data.sub, sessionId: claims.data.session_id }, email };
}

/** Lets this browser choose a new password, in the minutes after a mail's link was redeemed. */
export async function startRecovery(session: Session): Promise<void> {
  const auth = await recoveryAuth();
  const { error } = await auth.setSession({
    access_token: session.access_token,
    refresh_token: session.refresh_token,
  });
  if (error) throw error;
}
