import { expect, type Page } from "@playwright/test";
import { linkTo, waitForMail } from "../fixtures/mailbox";

export type Person = { name: string; email: string; password: string };

/** A person whom no other test knows. */
export function newPerson(name: string): Person {
  const unique = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 7)}`;
  return {
    name,
    email: `${name.split(" ")[0]?.toLowerCase()}.${unique}@families.example`,
    password: "correct horse battery",
  };
}

/** Registration, confirmation by mail and sign-in. */
export class AccountPages {
  constructor(readonly page: Page) {}

  async fillRegistration(person: Person): Promise<void> {
    await this.page.getByLabel("Your name").fill(person.name);
    await this.page.getByLabel("Email address").fill(person.email);
    await this.page.getByLabel("Password", { exact: true }).fill(person.password);
    await this.page.getByRole("button", { name: "Open my account" }).click();
    await expect(this.page).toHaveURL(/check-email/);
  }

  async confirm(person: Person): Promise<void> {
    const mail = await waitForMail(person.email, /confirm/i);
    await this.page.goto(linkTo(mail, "/auth/confirm"));
  }

  /** Registers, confirms by the mail's link, and is signed in. */
  async open(person: Person): Promise<void> {
    await this.page.goto("/register");
    await this.fillRegistration(person);
    await this.confirm(person);
    await expect(this.page).toHaveURL(/\/family/);
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto("/login");
    await this.page.getByLabel("Email address").fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(this.page).not.toHaveURL(/\/login/);
  }
}
