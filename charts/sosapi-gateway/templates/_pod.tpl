{{/* The pod, the same in a Deployment and in a StatefulSet. */}}
{{- define "sosapi-gateway.pod" -}}
metadata:
  labels:
    {{- include "sosapi-gateway.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A change of config or secrets makes new pods.
    checksum/config: {{ include "sosapi-gateway.config" . | sha256sum }}
    checksum/secrets: {{ toYaml .Values.secrets | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    # The user of the image.
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: gateway
      {{- $image := .Values.image }}
      {{- if $image.digest }}
      image: "{{ $image.repository }}@{{ $image.digest }}"
      {{- else }}
      image: "{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}"
      {{- end }}
      imagePullPolicy: {{ $image.pullPolicy }}
      args: [serve, --config, /etc/sosapi-gateway/gateway.yaml]
      env:
        - { name: STATE_DIRECTORY, value: /data/state }
      ports:
        - { name: s3, containerPort: 8080 }
        {{- if .Values.tls.existingSecret }}
        - { name: s3-tls, containerPort: 8443 }
        {{- end }}
        - { name: health, containerPort: 8082 }
      startupProbe:
        httpGet: { path: /healthz, port: health }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: health }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: {{ .Values.probes.readinessPath }}, port: health }
        periodSeconds: 3
        # A store gets 5 s to answer.
        timeoutSeconds: 6
        failureThreshold: 1
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - { name: config, mountPath: /etc/sosapi-gateway/gateway.yaml, subPath: gateway.yaml, readOnly: true }
        - { name: secrets, mountPath: /etc/sosapi-gateway/secrets, readOnly: true }
        {{- if .Values.tls.existingSecret }}
        - { name: tls, mountPath: /etc/sosapi-gateway/tls, readOnly: true }
        {{- end }}
        - { name: data, mountPath: /data }
  volumes:
    - name: config
      configMap: { name: {{ include "sosapi-gateway.name" . }} }
    - name: secrets
      # 0440 in decimal: for the user and its group, and nobody else.
      secret: { secretName: {{ include "sosapi-gateway.secretName" . }}, defaultMode: 288 }
    {{- if .Values.tls.existingSecret }}
    - name: tls
      secret: { secretName: {{ .Values.tls.existingSecret }}, defaultMode: 288 }
    {{- end }}
    {{- if not (include "sosapi-gateway.embedded" .) }}
    # Only the ledger and the history of capacity; without them the store is measured anew.
    - name: data
      emptyDir: {}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "sosapi-gateway.selector" . | nindent 10 }}
{{- end -}}
