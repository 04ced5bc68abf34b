import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Notice } from "@/components/ui/notice";
import { readPendingRegistration } from "@/lib/auth/pending-registration";
import { forgotPasswordPath, landing, loginPath, registerPath, safeNext } from "@/lib/auth/rules";
import { currentPrincipal } from "@/lib/auth/session";
import styles from "../../_components/form.module.css";
import { ResendForm } from "../../_components/resend-form";
import type { SearchProps } from "../../_components/search-props";
import { SignInCard } from "../../_components/sign-in-card";

export const metadata: Metadata = { title: "Confirm your address" };

export default async function CheckEmailPage({ searchParams }: SearchProps) {
  const query = await searchParams;
  const next = safeNext(query.next);
  const person = await currentPrincipal();
  if (person) redirect(landing(person.role, next));
  const pending = await readPendingRegistration();
  if (!pending) {
    return (
      <SignInCard
        title="Get a new link"
        description="Enter the address you registered with; we send the confirmation link to it."
        footer={
          <p>
            <Link href={loginPath(next)}>Back to sign in</Link>
          </p>
        }
      >
        <ResendForm email={null} next={next} label="Send the link" />
      </SignInCard>
    );
  }
  return (
    <SignInCard
      title="Check your email"
      description={
        <>
          We have written to <strong>{pending.email}</strong>. Open the link in that email, and you are signed
          in
          {next ? " and carry on where you left off" : ""}. It works once and for a day.
        </>
      }
      footer={
        <>
          <p>
            Confirmed already? <Link href={loginPath(next)}>Sign in</Link>
          </p>
          <p>
            A typing error in the address? <Link href={registerPath(next)}>Register again</Link>
          </p>
        </>
      }
    >
      {query.sent === "again" && (
        <Notice tone="good" role="status" title="Sent again">
          <p>A new link is on its way; the earlier ones no longer work.</p>
        </Notice>
      )}
      <div className={styles.stack}>
        <p className={styles.note}>
          Nothing there after a few minutes? Look among the unwanted mail. When an account with this address
          exists already, no email comes: sign in, or{" "}
          <Link href={forgotPasswordPath(next)}>choose a new password</Link>.
        </p>
        <ResendForm email={pending.email} next={next} label="Send the link again" />
      </div>
    </SignInCard>
  );
}
