import { expect, it } from "vitest";
import { planShortChaos } from "../chaos";
import { flows } from "./registry";

it("every kind of flow has a name of its own, and is in the short chaos of every test", () => {
  const names = flows.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(planShortChaos().flows.map(({ kind }) => kind))).toEqual(new Set(names));
});
