-- Webhook logs by their status: those that failed are looked for among many that did not.
CREATE INDEX webhook_logs_status ON webhook_logs (status, created_at, id);
