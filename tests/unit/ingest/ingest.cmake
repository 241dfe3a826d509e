cpk_unit_tests(ingest all content_hash conversations input input_records)
