import { z } from "zod";
import type { World } from "../chaos/world";

const message = z.object({ subject: z.string(), text: z.string().nullable() });

/** What a letter says, with every space and line break as one space. */
export type Letter = { readonly subject: string; readonly words: string };

/** The mails to an address, oldest first. */
export async function mailsTo({ stack }: World, address: string): Promise<Letter[]> {
  const answer = await fetch(`${stack.urls.mailbox}/api/messages?to=${encodeURIComponent(address)}`);
  return z
    .array(message)
    .parse(await answer.json())
    .map(({ subject, text }) => ({ subject, words: (text ?? "").replaceAll(/\s+/g, " ") }));
}
