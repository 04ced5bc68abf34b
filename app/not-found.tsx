import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { DeadEnd } from "./_components/dead-end";

export const metadata: Metadata = { title: "Page not found" };

export default function NotFound() {
  return (
    <DeadEnd
      title="This page does not exist"
      actions={
        <>
          <ButtonLink href="/">Go to the first page</ButtonLink>
          <ButtonLink href="/timeslots" variant="secondary">
            See open times
          </ButtonLink>
        </>
      }
    >
      <p>The address may be mistyped, the page may have moved, or it belongs to another account.</p>
    </DeadEnd>
  );
}
