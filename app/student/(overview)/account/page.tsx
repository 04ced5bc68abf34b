import type { Metadata } from "next";
import { AccountPage } from "@/app/_components/account-page";

export const metadata: Metadata = { title: "Account" };

export default function StudentAccount() {
  return <AccountPage owner="student" />;
}
