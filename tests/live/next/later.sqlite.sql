-- least: @BEFORE@
-- Of a version that is yet to come: it adds what a library of before can do without.
ALTER TABLE contextpack_work ADD COLUMN colour TEXT;
