import type { FormState } from "@/lib/auth/actions";

/** A form before it was sent. */
export function untouched(email = ""): FormState {
  return { typed: { email, name: "" } };
}
