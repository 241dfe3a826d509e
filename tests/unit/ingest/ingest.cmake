cpk_unit_tests(ingest all conversations input input_records)
