export { LoadingTab as default } from "@/components/shell/loading-page.tsx"
