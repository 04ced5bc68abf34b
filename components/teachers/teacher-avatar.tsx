import { Initials } from "@/components/ui/initials";

/** A teacher's disc of initials, the same everywhere. */
export function TeacherAvatar({ name, size = 48 }: { name: string; size?: number }) {
  return <Initials name={name} size={size} />;
}
