import type { Metadata } from "next"
import { ForgotPasswordForm } from "@/components/accounts/forgot-password-form.tsx"
import { SignInFrame } from "@/components/accounts/sign-in-frame.tsx"
import { Link } from "@/components/ui/link.tsx"
import { paths } from "@/lib/paths.ts"

export const metadata: Metadata = { title: "Forgot password" }

export default function ForgotPasswordPage() {
  return (
    <SignInFrame title="Forgot your password?">
      <ForgotPasswordForm />
      <p className="text-sm">
        <Link href={paths.signIn} className="link">
          Back to sign in
        </Link>
      </p>
    </SignInFrame>
  )
}
