"use client";

import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { DeadEnd } from "./_components/dead-end";

type FailureProps = { error: Error & { digest?: string }; retry: () => void };

export default function Failure({ error, retry }: FailureProps) {
  return (
    <DeadEnd
      title="Something went wrong on our side"
      reference={error.digest}
      actions={
        <>
          <button type="button" className={buttonClass("primary", "regular", false)} onClick={() => retry()}>
            Try again
          </button>
          <ButtonLink href="/" variant="secondary">
            Go to the first page
          </ButtonLink>
        </>
      }
    >
      <p>
        The page could not be shown. Whatever you had already sent is kept, and nothing was charged by this
        error. Trying again often helps.
      </p>
    </DeadEnd>
  );
}
