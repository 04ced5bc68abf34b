"use client";

import { useActionState } from "react";
import { ErrorSummary } from "@/components/ui/error-summary";
import { InputField, prefixed } from "@/components/ui/form-field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { addChildAction, type ChildState } from "@/lib/scheduling/class-actions";
import styles from "../classes.module.css";

const untouched: ChildState = {
  isAdded: false,
  refused: null,
  typed: { firstName: "", lastName: "", birthDate: "" },
};

/** Adds a child to the family, for classes and the waitlist; nothing is booked by it. */
export function ChildForm() {
  const [state, action] = useActionState(addChildAction, untouched);
  const errors = state.refused?.fieldErrors;
  return (
    <form action={action} className={styles.form} noValidate>
      {state.isAdded && (
        <Notice tone="good" role="status" title="Added">
          You can choose the child in the forms now.
        </Notice>
      )}
      <ErrorSummary message={state.refused?.message} fieldErrors={prefixed("child-", errors)} />
      <InputField
        name="firstName"
        id="child-firstName"
        label="First name"
        autoComplete="off"
        maxLength={60}
        defaultValue={state.typed.firstName}
        errors={errors?.firstName}
      />
      <InputField
        name="lastName"
        id="child-lastName"
        label="Last name"
        autoComplete="off"
        maxLength={60}
        defaultValue={state.typed.lastName}
        errors={errors?.lastName}
      />
      <InputField
        name="birthDate"
        id="child-birthDate"
        label="Birth date"
        type="date"
        hint="Classes are for certain ages. Adults who learn themselves enter their own."
        defaultValue={state.typed.birthDate}
        errors={errors?.birthDate}
      />
      <div>
        <SubmitButton variant="tinted" pending="Adding…">
          Add to the family
        </SubmitButton>
      </div>
    </form>
  );
}
