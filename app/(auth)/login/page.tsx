import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Notice } from "@/components/ui/notice";
import type { Tone } from "@/components/ui/status-badge";
import { checkEmailPath, type LoginNotice, landing, registerPath, safeNext } from "@/lib/auth/rules";
import { currentPrincipal } from "@/lib/auth/session";
import type { SearchProps } from "../_components/search-props";
import { SignInCard } from "../_components/sign-in-card";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

type Told = { tone: Tone; title: string; text: string };

const notices: Readonly<Record<LoginNotice, Told>> = {
  "account-closed": {
    tone: "bad",
    title: "This account is closed",
    text: "Please contact the academy if you think that this is a mistake.",
  },
  "link-expired": {
    tone: "bad",
    title: "This link does not work any more",
    text: "A link works once and for a day. If your address is confirmed already, sign in.",
  },
  "session-ended": {
    tone: "waiting",
    title: "Your session has ended",
    text: "Sign in again to carry on where you were.",
  },
  "sign-in-failed": {
    tone: "bad",
    title: "You are not signed in",
    text: "That did not go through. Please try again with your email address and password.",
  },
  "signed-out": { tone: "good", title: "You are signed out", text: "See you soon." },
  "signed-out-everywhere": {
    tone: "good",
    title: "You are signed out everywhere",
    text: "Every device has to sign in again.",
  },
  unavailable: {
    tone: "bad",
    title: "That is not possible at the moment",
    text: "Please open your link again in a few minutes. If it no longer works then, ask for a new one.",
  },
};

function noticeOf(value: unknown): LoginNotice | undefined {
  return typeof value === "string" && Object.hasOwn(notices, value) ? (value as LoginNotice) : undefined;
}

export default async function LoginPage({ searchParams }: SearchProps) {
  const query = await searchParams;
  const next = safeNext(query.next ?? query.callbackUrl);
  const person = await currentPrincipal();
  if (person) redirect(landing(person.role, next));
  const notice = noticeOf(query.notice) ?? (query.error ? "sign-in-failed" : undefined);
  const told = notice && notices[notice];
  return (
    <SignInCard
      title="Sign in"
      description="To your lessons, your family, or your students."
      footer={
        <p>
          New at the academy? <Link href={registerPath(next)}>Open an account</Link>
        </p>
      }
    >
      {told && (
        <Notice tone={told.tone} title={told.title} role={told.tone === "bad" ? "alert" : "status"}>
          <p>{told.text}</p>
          {notice === "link-expired" && (
            <p>
              Otherwise <Link href={checkEmailPath(next)}>have a new link sent to you</Link>.
            </p>
          )}
        </Notice>
      )}
      <SignInForm next={next} />
    </SignInCard>
  );
}
