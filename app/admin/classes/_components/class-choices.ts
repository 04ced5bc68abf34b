import type { Choice } from "@/components/ui/form-field";
import type { ClassChoices } from "@/lib/scheduling/class-queries";

/** What a class's form offers, as its lists show it. */
export function classChoicesOf(choices: ClassChoices): Record<keyof ClassChoices, readonly Choice[]> {
  const asChoice = ({ id, name }: { id: string; name: string }): Choice => ({ value: id, label: name });
  return {
    instruments: choices.instruments.map(asChoice),
    teachers: choices.teachers.map(asChoice),
    rooms: choices.rooms.map(asChoice),
    terms: choices.terms.map(asChoice),
  };
}
