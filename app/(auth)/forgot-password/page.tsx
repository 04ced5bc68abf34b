import type { Metadata } from "next";
import Link from "next/link";
import { Notice } from "@/components/ui/notice";
import { loginPath, safeNext } from "@/lib/auth/rules";
import type { SearchProps } from "../_components/search-props";
import { SignInCard } from "../_components/sign-in-card";
import { ForgotPasswordForm } from "./forgot-password-form";

export const metadata: Metadata = { title: "Forgotten password" };

export default async function ForgotPasswordPage({ searchParams }: SearchProps) {
  const query = await searchParams;
  const next = safeNext(query.next);
  return (
    <SignInCard
      title="Choose a new password"
      description="Enter your address, and we send you a link on which you choose a new password."
      footer={
        <p>
          <Link href={loginPath(next)}>Back to sign in</Link>
        </p>
      }
    >
      {query.notice === "link-expired" && (
        <Notice tone="bad" title="This link does not work any more" role="alert">
          <p>A link works once and for a day. Your password is unchanged; have a new link sent to you.</p>
        </Notice>
      )}
      {query.notice === "unavailable" && (
        <Notice tone="bad" title="That is not possible at the moment" role="alert">
          <p>
            Please open your link again in a few minutes. If it no longer works then, ask for a new one here.
          </p>
        </Notice>
      )}
      <ForgotPasswordForm next={next} />
    </SignInCard>
  );
}
