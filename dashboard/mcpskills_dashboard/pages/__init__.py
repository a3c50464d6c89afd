"""The pages, a file for each, with one public function `show`."""
