import { signIn } from "../client.ts";
import { useReader } from "../reader.ts";
import { credentialsOf, Form, NameField, PasswordField, Problem, useSend } from "./form.tsx";

/** `next` is the page that asked for it, and to which one comes back. */
export const SignInScreen = ({ next }: { readonly next: string | null }) => {
  const { words } = useReader();
  const { form, problem, isSending, onSubmit } = useSend(async (typed) => {
    const answer = await signIn(credentialsOf(typed));
    if (!answer.ok) return answer.problem;
    location.replace(ownAddress(next));
    return undefined;
  });
  return (
    <Form title={words.signInTitle}>
      <p>{words.signInFor}</p>
      <form ref={form} onSubmit={onSubmit}>
        <NameField autoComplete="username" />
        <PasswordField autoComplete="current-password" />
        <Problem problem={problem} />
        <button type="submit">{isSending ? words.sending : words.signIn}</button>
      </form>
      <p>
        <a href="/">{words.back}</a>
      </p>
    </Form>
  );
};

/** A link from elsewhere must not lead elsewhere after signing in. */
const ownAddress = (next: string | null): string => {
  const url = new URL(next ?? "/", location.origin);
  return url.origin === location.origin ? url.href : "/";
};
