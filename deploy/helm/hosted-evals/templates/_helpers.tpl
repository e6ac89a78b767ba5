{{/* The name of everything that a release makes; short enough for what is added to it. */}}
{{- define "evals.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "evals.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "evals.selector" . }}
{{- end }}

{{- define "evals.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "evals.image" -}}
{{ .repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "evals.secret" -}}
{{ .Values.existingSecret | default (include "evals.name" .) }}
{{- end }}

{{/* Whether there is a volume that many nodes mount: for what runs find in their pods, and for archives. */}}
{{- define "evals.isShared" -}}
{{- if or .Values.runs.enabled (not .Values.files.s3) }}yes{{ end }}
{{- end }}

{{- define "evals.claim" -}}
{{ .Values.sharedVolume.existingClaim | default (printf "%s-shared" (include "evals.name" .)) }}
{{- end }}

{{/* What everything that the chart starts is held to: the restricted Pod Security Standard. */}}
{{- define "evals.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "evals.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* The Secret with the address of the database, or the parts that it is put together of. */}}
{{- define "evals.databaseVariables" -}}
{{- if .Values.database.bundled.enabled }}
- name: POSTGRES_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ include "evals.secret" . }}, key: POSTGRES_PASSWORD } }
- name: DATABASE_URL
  value: postgres://evals:$(POSTGRES_PASSWORD)@{{ include "evals.name" . }}-postgres:5432/evals
{{- else }}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.database.existingSecret }}, key: {{ .Values.database.key }} } }
{{- end }}
{{- end }}

{{/* Settings that web and workers share. The operator's key is made known to the database by the first worker that starts. */}}
{{- define "evals.environment" -}}
{{- range list "SECRET_KEY" "NEXTAUTH_SECRET" "API_KEY" }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ include "evals.secret" $ }}, key: {{ . }} } }
{{- end }}
{{- include "evals.databaseVariables" . }}
{{- end }}

{{- define "evals.environmentFrom" -}}
- configMapRef: { name: {{ include "evals.name" . }} }
{{- range .Values.secretSettings }}
- secretRef: { name: {{ . }} }
{{- end }}
{{- end }}

{{/* Pods are made anew when what they read at their start has changed. */}}
{{- define "evals.checksums" -}}
checksum/settings: {{ include (print .Template.BasePath "/settings.yaml") . | sha256sum }}
{{- end }}

{{/* What of a pod every part has alike. */}}
{{- define "evals.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .part.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The entry of ENGINES_FILE for this cluster itself. */}}
{{- define "evals.engines" -}}
{{- $name := include "evals.name" . }}
{{- $folders := list "/opt/hosted-evals/python" "/opt/hosted-evals/runner" }}
{{- $engine := dict
  "kind" "kubernetes"
  "name" .Values.runs.name
  "platform_url" (printf "http://%s-web.%s.svc:%v" $name .Release.Namespace .Values.service.port)
  "platform_peers" (list (dict
    "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" .Release.Namespace))
    "podSelector" (dict "matchLabels" (dict "app.kubernetes.io/name" .Chart.Name "app.kubernetes.io/instance" .Release.Name "app.kubernetes.io/component" "web"))))
  "namespace" .Release.Namespace
  "image" (include "evals.image" (dict "root" . "repository" .Values.image.runner))
  "image_pull_policy" .Values.image.pullPolicy
  "claims" (list (dict "name" (include "evals.claim" .) "folder" "/shared"))
  "image_folders" $folders }}
{{- with .Values.image.pullSecrets }}{{ $_ := set $engine "image_pull_secrets" . }}{{ end }}
{{- list (merge (deepCopy .Values.runs.engine) $engine) | toPrettyJson }}
{{- end }}
