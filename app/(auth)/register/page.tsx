import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { landing, loginPath, safeNext } from "@/lib/auth/rules";
import { currentPrincipal } from "@/lib/auth/session";
import type { SearchProps } from "../_components/search-props";
import { SignInCard } from "../_components/sign-in-card";
import { RegisterForm } from "./register-form";

export const metadata: Metadata = { title: "Open an account" };

export default async function RegisterPage({ searchParams }: SearchProps) {
  const next = safeNext((await searchParams).next);
  const person = await currentPrincipal();
  if (person) redirect(landing(person.role, next));
  return (
    <SignInCard
      title="Open an account"
      description="For the parent, or for yourself when you are the one who learns. We send you a link to confirm your address."
      footer={
        <p>
          You have an account? <Link href={loginPath(next)}>Sign in</Link>
        </p>
      }
    >
      <RegisterForm next={next} />
    </SignInCard>
  );
}
