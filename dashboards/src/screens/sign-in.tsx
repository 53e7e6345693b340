import { signIn } from "../client.ts";
import { useReader } from "../reader.ts";
import { Form, NameField, PasswordField, Problem, useSend } from "./form.tsx";

export const SignInScreen = () => {
  const { words } = useReader();
  const { form, problem, isSending, onSubmit } = useSend(async (typed) => {
    const answer = await signIn(typed);
    return answer.ok ? undefined : answer.problem;
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
