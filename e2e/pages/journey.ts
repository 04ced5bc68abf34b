import { expect, type Page } from "@playwright/test";
import { AccountPages, type Person } from "./account";
import { CheckoutPage, cards } from "./checkout";
import { EnrollPages, type Student } from "./enroll";

/** A parent's way through the enrollment, up to the page that a test is about. */
export class Journey {
  readonly account: AccountPages;
  readonly enroll: EnrollPages;
  readonly checkout: CheckoutPage;

  constructor(readonly page: Page) {
    this.account = new AccountPages(page);
    this.enroll = new EnrollPages(page);
    this.checkout = new CheckoutPage(page);
  }

  /** The suggested times, for a student whose details are typed in. */
  async toTimes(student: Student): Promise<void> {
    await this.enroll.open();
    await this.enroll.fillStudent(student);
    await this.enroll.seeTimes();
    await expect(this.enroll.suggestions.first()).toBeVisible();
  }

  /** The review page, of a parent who has just opened an account. */
  async toReview(parent: Person, student: Student): Promise<void> {
    await this.account.open(parent);
    await this.backToReview(student);
  }

  /** The review page once more, of a parent who is signed in. */
  async backToReview(student: Student): Promise<void> {
    await this.toTimes(student);
    await this.enroll.holdSuggestion();
    await expect(this.page).toHaveURL(/\/enroll\/review/);
  }

  /** Stripe's page. Returns the path of the enrollment's own page. */
  async toCheckout(parent: Person, student: Student): Promise<string> {
    await this.toReview(parent, student);
    await this.enroll.agreeAndPay();
    return this.checkout.readEnrollmentPath();
  }

  /** A trial lesson paid and in the calendar. Returns the path of the enrollment's own page. */
  async toLesson(parent: Person, student: Student): Promise<string> {
    const path = await this.toCheckout(parent, student);
    await this.checkout.pay(cards.good);
    await this.enroll.expectSettled();
    return path;
  }

  /** Weekly lessons paid and in the calendar, of a parent who has just opened an account. */
  async toWeeklyLessons(parent: Person, student: Student): Promise<string> {
    await this.account.open(parent);
    await this.enroll.open();
    await this.enroll.fillStudent(student);
    await this.page.getByRole("radio", { name: "Weekly lessons right away" }).check();
    await this.enroll.seeTimes();
    await this.enroll.holdSuggestion();
    await expect(this.page).toHaveURL(/\/enroll\/review/);
    await this.enroll.agreeAndPay();
    const path = await this.checkout.readEnrollmentPath();
    await this.checkout.pay(cards.good);
    await this.enroll.expectSettled();
    return path;
  }
}
