"""What a journey leaves in its window is not what the next one finds."""


def test_a_window_that_is_used_again_is_signed_out_and_has_one_tab(windows):
    kind = {"language": "es", "javascript": False}
    page = windows.take(**kind)
    page.context.add_cookies([{"name": "sessionid", "value": "x", "url": "http://localhost:1"}])
    page.context.new_page()
    windows.leave(page, **kind)

    assert windows.take(**kind) is page
    assert page.context.cookies() == []
    assert page.context.pages == [page]
    windows.leave(page, **kind)


def test_two_readers_at_once_and_readers_of_another_kind_get_windows_of_their_own(windows):
    kind = {"language": "es", "javascript": False}
    first, second = windows.take(**kind), windows.take(**kind)
    other = windows.take(language="en", javascript=False)
    assert len({page.context for page in (first, second, other)}) == 3
    for page in (first, second):
        windows.leave(page, **kind)
    windows.leave(other, language="en", javascript=False)


def test_a_window_that_was_closed_is_not_used_again(windows):
    kind = {"language": "es", "javascript": False}
    page = windows.take(**kind)
    page.close()
    windows.leave(page, **kind)
    assert windows.take(**kind) is not page


def log_an_error(reader):
    with reader.page.expect_console_message():
        reader.page.evaluate("console.error('wrong')")


def test_a_reader_who_left_hears_nothing_more_from_the_window(open_browser):
    reader = open_browser(is_altered=True)
    log_an_error(reader)
    assert reader.complaints == ["wrong"]
    reader.leave()
    log_an_error(reader)
    assert reader.complaints == ["wrong"]
