import { describe, expect, it } from "vitest";
import { declineInWords, isFinalDecline } from "./decline-wording";

describe("declineInWords", () => {
  it.each([
    ["insufficient_funds", false, /enough money/, /another card/],
    ["card_velocity_exceeded", false, /reached its limit/, /raise the limit/],
    ["expired_card", false, /has expired/, /in its place/],
    ["incorrect_cvc", false, /security code/, /three or four digits/],
    ["invalid_cvc", false, /security code/, /three or four digits/],
    ["incorrect_number", false, /number/, /once more/],
    ["processing_error", false, /nothing to do with you/, /we try again/],
    ["authentication_required", false, /confirm charges/, /confirm it with your bank/],
    ["no_card", false, /no card on file/, /enter a card/],
    ["generic_decline", false, /without saying why/, /call to the bank/],
    ["a_code_of_next_year", false, /without saying why/, /call to the bank/],
    ["", false, /without saying why/, /call to the bank/],
    ["stolen_card", true, /not to try it again/, /another card/],
    ["lost_card", true, /not to try it again/, /another card/],
    ["do_not_honor", true, /not to try it again/, /another card/],
    ["pickup_card", true, /not to try it again/, /another card/],
    ["fraudulent", true, /not to try it again/, /another card/],
    ["restricted_card", true, /not to try it again/, /another card/],
  ])("%s", (code, final, why, remedy) => {
    const words = declineInWords(code);
    expect(words.final).toBe(final);
    expect(isFinalDecline(code)).toBe(final);
    expect(words.why).toMatch(why);
    expect(words.remedy).toMatch(remedy);
  });

  it.each(["stolen_card", "lost_card", "pickup_card", "fraudulent"])("%s accuses nobody", (code) => {
    const { why, remedy } = declineInWords(code);
    expect(`${why} ${remedy}`).not.toMatch(/stolen|lost|fraud|police|suspicious/i);
  });
});
