"use client";

import { useActionState } from "react";
import { ButtonLink } from "@/components/ui/button-link";
import { ErrorSummary } from "@/components/ui/error-summary";
import { SubmitButton } from "@/components/ui/submit-button";
import { waitForTimeAction } from "@/lib/enrollment/wait-actions";

/** Leads on to the waitlist; a visitor signs in, or opens an account, first. */
export function JoinWaitlist({
  isSignedIn,
  verb = "Join the waitlist",
}: {
  isSignedIn: boolean;
  verb?: string;
}) {
  const [state, action] = useActionState(waitForTimeAction, {});
  if (!isSignedIn) {
    return (
      <ButtonLink href="/login?next=/enroll/time" variant="secondary">
        Sign in to join the waitlist
      </ButtonLink>
    );
  }
  return (
    <form action={action}>
      <ErrorSummary title="You are not on the waitlist" message={state.message} />
      <SubmitButton variant="secondary" pending="One moment…">
        {verb}
      </SubmitButton>
    </form>
  );
}
