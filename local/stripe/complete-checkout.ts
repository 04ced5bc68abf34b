/** What a person types into Checkout. */
export interface CheckoutCard {
  /** Digits of a test card; spaces are fine. */
  number: string;
  expiry?: string;
  cvc?: string;
  name?: string;
  /** Only used when the session does not know the customer's address. */
  email?: string;
}

export interface CheckoutOutcome {
  outcome: "paid" | "declined" | "expired" | "requires_3ds";
  /** Where the page sent the browser: the success page (not loaded), or the bank's page. */
  location?: string;
  /** What the page said. */
  message?: string;
}

/** Submits a Checkout page as a browser without script would. Throws on a page that is none of ours. */
export async function payCheckout(sessionUrl: string, card: CheckoutCard): Promise<CheckoutOutcome> {
  const page = await fetch(sessionUrl, { redirect: "manual" });
  const text = await page.text();
  if (page.status === 410) return { outcome: "expired", message: headingOf(text) };
  if (page.status !== 200) throw new Error(`Checkout answered ${page.status} at ${sessionUrl}.`);
  const formId = hiddenField(text, "form_id");
  if (formId === null) {
    const link = /<a class="button" href="([^"]*)"/.exec(text)?.[1];
    if (!link) throw new Error(`There is no Checkout form at ${sessionUrl}.`);
    return { outcome: "paid", location: unescapeHtml(link), message: headingOf(text) };
  }
  const answer = await fetch(sessionUrl, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({
      form_id: formId,
      email: card.email ?? "parent@example.com",
      card_number: card.number,
      expiry: card.expiry ?? "12 / 40",
      cvc: card.cvc ?? "123",
      name: card.name ?? "Test Parent",
    }),
  });
  return readAnswer(answer, sessionUrl);
}

/** Presses a button of the bank's page that `payCheckout` was sent to. */
export async function answerThreeDSecure(
  location: string,
  button: "complete" | "fail",
): Promise<CheckoutOutcome> {
  const answer = await fetch(location, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ answer: button }),
  });
  const outcome = await readAnswer(answer, location);
  if (button === "fail") return { ...outcome, outcome: "declined" };
  return outcome;
}

async function readAnswer(answer: Response, from: string): Promise<CheckoutOutcome> {
  if (answer.status === 303) {
    const location = new URL(answer.headers.get("location") ?? "", from).href;
    return { outcome: new URL(location).pathname.startsWith("/3ds/") ? "requires_3ds" : "paid", location };
  }
  const text = await answer.text();
  if (answer.status === 410) return { outcome: "expired", message: headingOf(text) };
  if (answer.status !== 402 && answer.status !== 400) throw new Error(`Checkout answered ${answer.status}.`);
  const errors = [...text.matchAll(/<p class="error"[^>]*>([^<]*)<\/p>/g)].map((match) =>
    unescapeHtml(match[1] ?? ""),
  );
  return { outcome: "declined", message: errors.join(" ") };
}

function hiddenField(page: string, name: string): string | null {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? null;
}

function headingOf(page: string): string {
  return unescapeHtml(/<h1[^>]*>([^<]*)<\/h1>/.exec(page)?.[1] ?? "");
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
