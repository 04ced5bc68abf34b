import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readRecoverySession } from "@/lib/auth/recovery";
import { forgotPasswordPath, safeNext } from "@/lib/auth/rules";
import type { SearchProps } from "../_components/search-props";
import { SignInCard } from "../_components/sign-in-card";
import { ResetPasswordForm } from "./reset-password-form";

export const metadata: Metadata = { title: "Choose a new password", robots: { index: false } };

export default async function ResetPasswordPage({ searchParams }: SearchProps) {
  const next = safeNext((await searchParams).next);
  const recovery = await readRecoverySession();
  if (!recovery) redirect(forgotPasswordPath(next, "link-expired"));
  return (
    <SignInCard
      title="Choose your password"
      description={
        <>
          For the account of <strong>{recovery.email}</strong>. Every other device is signed out when you save
          it.
        </>
      }
    >
      <ResetPasswordForm email={recovery.email} next={next} />
    </SignInCard>
  );
}
