"use client";

import { PasswordInput, TextInput } from "@mantine/core";
import type { FormState } from "@/lib/auth/actions";
import styles from "./fields.module.css";

type FieldProps = { state: FormState };

const look = {
  // 16 px text: a phone does not zoom in on it.
  size: "md",
  classNames: { input: styles.input, label: styles.label, innerInput: styles.inner },
  withAsterisk: false,
  required: true,
} as const;

export function NameField({ state }: FieldProps) {
  return (
    <TextInput
      id="name"
      name="name"
      label="Your name"
      autoComplete="name"
      maxLength={240}
      defaultValue={state.typed.name}
      error={state.fieldErrors?.name?.[0]}
      {...look}
    />
  );
}

export function EmailField({ state }: FieldProps) {
  return (
    <TextInput
      id="email"
      name="email"
      type="email"
      label="Email address"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      defaultValue={state.typed.email}
      error={state.fieldErrors?.email?.[0]}
      {...look}
    />
  );
}

type PasswordFieldProps = FieldProps & {
  label?: string;
  description?: string;
  /** A password known already, or one being chosen: tells password managers what to offer. */
  kind: "known" | "new";
  value?: string;
  onType?: (value: string) => void;
};

/** With a button to look at what was typed. `value` and `onType` keep it over a refusal; it never comes back from the server. */
export function PasswordField({
  state,
  label = "Password",
  description,
  kind,
  value,
  onType,
}: PasswordFieldProps) {
  const error = state.fieldErrors?.password?.[0];
  return (
    <PasswordInput
      id="password"
      name="password"
      label={label}
      description={description}
      autoComplete={kind === "known" ? "current-password" : "new-password"}
      error={error}
      aria-invalid={error ? true : undefined}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ "aria-label": "Show password" }}
      {...look}
      {...(onType ? { value: value ?? "", onChange: (event) => onType(event.currentTarget.value) } : {})}
    />
  );
}

/** The page to go on to, carried through the form. */
export function NextField({ next }: { next: string | null }) {
  return next ? <input type="hidden" name="next" value={next} /> : null;
}
