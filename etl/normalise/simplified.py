"""Traditional Chinese characters of headers, states and countries in their simplified form, to compare them."""

from __future__ import annotations

from typing import Final

# Only characters that such words have: no text is translated by it, and none that people read.
_PAIRS: Final = (
    "開开 號号 請请 標标 題题 當当 專专 權权 優优 國国 區区 類类 簡简 單单 態态 狀状 數数 發发 實实 設设 計计"
    " 審审 稱称 間间 關关 際际 會会 據据 學学 轉转 讓让 許许 質质 證证 書书 說说 圖图 獻献 參参 處处 機机 構构"
    " 項项 內内 術术 級级 歷历 終终 時时 階阶 進进 組组 織织 識识 產产 鏈链 結结 價价 評评 個个 編编 碼码 錄录"
    " 檔档 電电 頁页 連连 詞词 語语 譯译 舊旧 層层 總总 變变 點点 場场 歐欧 韓韩 灣湾 臺台 聯联 羅罗 蘭兰 義义"
    " 無无 駁驳 棄弃 過过 續续 費费 屆届 滿满 銷销 維维 訴诉 訟讼 繼继 異异 議议 獲获 準准 應应 對对 執执 東东"
    " 門门 亞亚 爾尔 盧卢 馬马 奧奥 剛刚 賓宾 紐纽 澤泽 島岛 烏乌 車车 達达 納纳 倫伦 緬缅 葉叶 撥拨 後后 從从"
    " 種种 條条 約约 擬拟 擴扩 縣县 鄉乡 鎮镇 廣广 龍龙 豐丰 來来 齊齐 彙汇 廠厂 業业 戶户 務务 經经 營营 誌志"
    " 輯辑 華华"
)
_SIMPLIFIED: Final = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


def simplified(text: str) -> str:
    """Return `text` with traditional characters in their simplified form.

    >>> simplified("公開(公告)號"), simplified("優先權國家/地區")
    ('公开(公告)号', '优先权国家/地区')
    """
    return text if text.isascii() else text.translate(_SIMPLIFIED)
