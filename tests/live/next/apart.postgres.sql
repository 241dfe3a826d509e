-- Of a version that is yet to come: no library of before can read what it leaves.
ALTER TABLE contextpack.work RENAME COLUMN colour TO color;
SELECT 'change', 'renamed contextpack.work.colour';
