"use client";

import type { Route } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { buttonClass } from "@/components/ui/button-style";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import styles from "./portal-failure.module.css";

type PortalFailureProps = {
  error: unknown;
  retry: () => void;
  /** The portal's first page. */
  home: Route;
};

/** A page of a portal that could not be shown; the way around it stays where it was. */
export function PortalFailure({ error, retry, home }: PortalFailureProps) {
  const reference =
    error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : null;
  return (
    <>
      <PageHeader title="This page could not be shown" />
      <Notice tone="bad" role="alert" title="Something went wrong on our side">
        <p>
          Nothing was lost or changed. Trying again often helps; the other pages still work.
          {reference && ` If you write to us about it, please quote ${reference}.`}
        </p>
      </Notice>
      <div className={styles.actions}>
        <button type="button" className={buttonClass("primary", "regular", false)} onClick={() => retry()}>
          Try again
        </button>
        <ButtonLink href={home} variant="secondary">
          Go to the first page
        </ButtonLink>
      </div>
    </>
  );
}
