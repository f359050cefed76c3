"""Documents made for the tests in the forms of the offices' files; no real patent has these numbers and texts."""

from __future__ import annotations

GRANT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ <!ENTITY bomb "&bomb2;"> ]>
<us-patent-grant lang="EN" country="US" date-publ="20160607">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>{number}</doc-number><kind>{kind}</kind>
<date>20160607</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country><doc-number>14558501</doc-number>
<date>20141202</date></document-id></application-reference>
<priority-claims><priority-claim sequence="01" kind="national"><country>JP</country><doc-number>2013-250001</doc-number>
<date>20131203</date></priority-claim></priority-claims>
<classifications-ipcr>
<classification-ipcr><section>B</section><class>60</class><subclass>L</subclass><main-group>11</main-group>
<subgroup>18</subgroup><symbol-position>L</symbol-position></classification-ipcr>
<classification-ipcr><section>H</section><class>01</class><subclass>L</subclass><main-group>21</main-group>
<subgroup>02</subgroup><symbol-position>F</symbol-position></classification-ipcr>
</classifications-ipcr>
<invention-title id="d2e53">Made for &thgr; tests &amp; nothing else</invention-title>
<us-references-cited>
<us-citation><patcit num="00001"><document-id><country>US</country><doc-number>2008123456</doc-number><kind>A1</kind>
<name>Nobody</name><date>20080500</date></document-id></patcit><category>cited by applicant</category></us-citation>
<us-citation><patcit num="00002"><document-id><country>WO</country><doc-number>WO2009/157301</doc-number>
<date>20091200</date></document-id></patcit><category>cited by examiner</category></us-citation>
<us-citation><nplcit num="00003"><othercit>A book</othercit></nplcit>
<category>cited by applicant</category></us-citation>
</us-references-cited>
<number-of-claims>7</number-of-claims>
<us-parties><us-applicants><us-applicant sequence="001"><addressbook><orgname>Applicant Inc.</orgname>
<address><city>Paris</city><country>FR</country></address></addressbook></us-applicant></us-applicants></us-parties>
{assignees}
</us-bibliographic-data-grant>
<abstract id="abstract"><p id="p-0001" num="0000">An abstract.</p></abstract>
<claims id="claims"><claim id="CLM-00001" num="00001"><claim-text>1. A thing.</claim-text></claim></claims>
</us-patent-grant>
"""
ASSIGNEES = (
    "<assignees><assignee><addressbook><orgname>Owner KK</orgname><role>03</role><address><city>Nagoya</city>"
    "<country>JP</country></address></addressbook></assignee><assignee><addressbook><orgname>Second Co.</orgname>"
    "<role>02</role></addressbook></assignee></assignees>"
)
APPLICATION = """<us-patent-application lang="EN" country="US" date-publ="20210902">
<us-bibliographic-data-application lang="EN" country="US">
<publication-reference><document-id><country>US</country><doc-number>20210267101</doc-number><kind>A1</kind>
<date>20210902</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country><doc-number>17173201</doc-number>
<date>20210211</date></document-id></application-reference>
<us-related-documents>{related}</us-related-documents>
</us-bibliographic-data-application>
<claims id="claims">
<claim id="CLM-1-10" num="00001-00010"><claim-text><b>1</b>-<b>10</b>. (canceled)</claim-text></claim>
<claim id="CLM-00011" num="00011"><claim-text><b>11</b>. A thing.</claim-text></claim>
<claim id="CLM-00012" num="00012"><claim-text><b>12</b>. The thing of claim 11.</claim-text></claim>
</claims>
</us-patent-application>
"""
RELATION = (
    "<{name}><relation><parent-doc><document-id><country>US</country><doc-number>{parent}</doc-number>"
    "<date>{day}</date></document-id></parent-doc><child-doc><document-id><country>US</country>"
    "<doc-number>{child}</doc-number></document-id></child-doc></relation></{name}>"
)
PATDOC = """<!DOCTYPE PATDOC SYSTEM "ST32-US-Grant-024.dtd" [
<!ENTITY US06300001-20010206-D00000.TIF SYSTEM "US06300001-20010206-D00000.TIF" NDATA TIF>
]>
<PATDOC DTD="2.4" STATUS=Build>
<SDOBI>
<B100><B110><DNUM><PDAT>06300001</PDAT></DNUM></B110><B130><PDAT>B1</PDAT></B130>
<B140><DATE><PDAT>20010206</PDAT></DATE></B140><B190><PDAT>US</PDAT></B190></B100>
<B200><B210><DNUM><PDAT>09100001</PDAT></DNUM></B210><B211US><PDAT>09</PDAT></B211US>
<B220><DATE><PDAT>19980618</PDAT></DATE></B220></B200>
<B500><B510><B511><PDAT>A01B  124</PDAT></B511><B512><PDAT>H01L 21302</PDAT></B512><B516><PDAT>7</PDAT></B516></B510>
<B540><STEXT><PDAT>Made &lsquo;SGML&rsquo; &unheardof; title</PDAT></STEXT></B540>
<B560><B561><PCIT><DOC><DNUM><PDAT>5825701</PDAT></DNUM><DATE><PDAT>19981000</PDAT></DATE><KIND><PDAT>A</PDAT></KIND>
</DOC><PARTY-US><NAM><SNM><STEXT><PDAT>Liu</PDAT></STEXT></SNM></NAM></PARTY-US></PCIT><CITED-BY-EXAMINER></B561>
<B561><PCIT><DOC><DNUM><PDAT>0 444 601</PDAT></DNUM><CTRY><PDAT>EP</PDAT></CTRY></DOC></PCIT><CITED-BY-OTHER></B561>
</B560><B570><B577><PDAT>3</PDAT></B577></B570></B500>
<B600><B680US><DOC><DNUM><PDAT>60/049001</PDAT></DNUM><DATE><PDAT>19970711</PDAT></DATE></DOC></B680US></B600>
<B700><B730><B731><PARTY-US><NAM><ONM><STEXT><PDAT>Owner Corp.</PDAT></STEXT></ONM></NAM>
<ADR><CITY><PDAT>Austin</PDAT></CITY><STATE><PDAT>TX</PDAT></STATE></ADR></PARTY-US></B731></B730></B700>
</SDOBI>
<SDOCL><CL><CLM ID="CLM-00001"><PARA ID="P-1" LVL="0"><PTEXT><PDAT>1. A thing.</PDAT></PTEXT></PARA></CLM></CL></SDOCL>
<SDODR ID="DRAWINGS"><EMI ID="EMI-D00000" FILE="US06300001-20010206-D00000.TIF"></SDODR>
</PATDOC>
"""
PAP = """<!DOCTYPE simple PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<patent-application-publication>
<subdoc-bibliographic-information>
<document-id><doc-number>20020000101</doc-number><kind-code>A1</kind-code><document-date>20020103</document-date>
</document-id>
<domestic-filing-data><application-number><doc-number>09800101</doc-number></application-number>
<filing-date>20010306</filing-date></domestic-filing-data>
<foreign-priority-data><priority-application-number><doc-number>100 11 201.5</doc-number></priority-application-number>
<filing-date>20000308</filing-date><country-code>DE</country-code></foreign-priority-data>
<technical-information><classification-ipc><classification-ipc-primary><ipc>G06F017/60</ipc>
</classification-ipc-primary><classification-ipc-secondary><ipc>H04L012/28</ipc></classification-ipc-secondary>
</classification-ipc><title-of-invention> Made application </title-of-invention></technical-information>
<inventors><first-named-inventor><name><given-name>Erika</given-name><family-name>Muster</family-name></name>
<residence><residence-non-us><city>Ulm</city><country-code>DE</country-code></residence-non-us></residence>
</first-named-inventor></inventors>
{assignee}
</subdoc-bibliographic-information>
<subdoc-abstract><paragraph id="A-1" lvl="0">An abstract.</paragraph></subdoc-abstract>
<subdoc-claims><claim id="CLM-1"><claim-text>1. A</claim-text></claim><claim id="CLM-2"><claim-text>2. B</claim-text>
</claim></subdoc-claims>
</patent-application-publication>
"""
APS = (
    "HHHHHT        APS1                        ISSUE - 760210\r\n"
    "PATN\r\nWKU  039370012\r\nSRC  5\r\nAPN  5184011\r\nAPT  1\r\nAPD  19741029\r\nTTL  A made support for\r\n"
    "      nothing\r\nISD  19760210\r\nNCL  2\r\n"
    "ASSG\r\nNAM  Muster AG\r\nCTY  Bern\r\nCNT  CHX\r\nCOD  03\r\n"
    "PRIR\r\nCNT  DT2\r\nAPD  19731030\r\nAPN  2354201\r\n"
    "CLAS\r\nOCL  224 4207\r\nICL  B60R  900\r\nICL  H01L 21302\r\n"
    "UREF\r\nPNO  2542901\r\nISD  19510200\r\nNAM  Dayton\r\n"
    "FREF\r\nPNO  1234501\r\nISD  19710300\r\nCNT  UKX\r\n"
    "ABST\r\nPAL  An abstract that goes on\r\n      in a second line.\r\n"
    "CLMS\r\nSTM  What I claim is:\r\nNUM  1.\r\nPAR  1. A thing.\r\nNUM  2.\r\nPAR  2. The thing of claim 1.\r\n"
    "PATN\r\nWKU  D02397012\r\nSRC  D\r\nAPN  5184021\r\nAPT  4\r\nAPD  19741029\r\nTTL  Vase\r\nISD  19760210\r\n"
    "INVT\r\nNAM  Doe; Jane\r\nCTY  Ames\r\nSTA  IA\r\nCLAS\r\nICL  0702\r\nDCLM\r\nPAR  The ornamental design.\r\n"
)
EP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ep-patent-document PUBLIC "-//EPO//EP PATENT DOCUMENT 1.5//EN" "ep-patent-document-v1-5.dtd">
<ep-patent-document id="EP13189001B2" lang="{lang}" country="EP" doc-number="2743001" kind="B2" date-publ="20210505">
<SDOBI lang="de"><B100><B110>2743001</B110><B130>B2</B130><B140><date>20210505</date></B140><B190>EP</B190></B100>
<B200><B210>13189001.1</B210><B220><date>20131017</date></B220></B200>
<B300><B310>326901 P</B310><B320><date>20121217</date></B320><B330><ctry>US</ctry></B330>
<B310>102012223401</B310><B320><date>20121218</date></B320><B330><ctry>DE</ctry></B330></B300>
<B500><B510><B516>7</B516><B511>7C 07C  29/44   A</B511><B512>7H 01L  21/302  B</B512></B510>
<B540><B541>de</B541><B542>Gemachtes</B542><B541>en</B541><B542>Made</B542></B540>
<B560><B561><text>EP-A1- 0 444 601</text></B561><B561><text>WO-A-01/18001</text></B561>
<B562><text>A BOOK</text></B562></B560></B500>
<B700><B730><B731><snm>Muster AG</snm><adr><str>Weg 1</str><city>93001 Ort</city><ctry>DE</ctry></adr></B731></B730>
<B780><B781><date>20161223</date><snm>Gegner GmbH</snm></B781></B780></B700></SDOBI>
<claims id="claims01" lang="de"><claim id="c-de-01-0001" num="0001"><claim-text>Eins</claim-text></claim>
<claim id="c-de-01-0002" num="0002"><claim-text>Zwei<claim-text>a)</claim-text></claim-text></claim></claims>
<claims id="claims02" lang="en"><claim id="c-en-01-0001" num="0001"><claim-text>One</claim-text></claim></claims>
<claims id="claims03" lang="de"><claim id="c-de-02-0001" num="0001"><claim-text>AT, CH</claim-text></claim></claims>
</ep-patent-document>
"""
KIPRIS = """<?xml version="1.0" encoding="UTF-8"?>

<response><header><resultCode></resultCode></header><body><items>
<PatentUtilityInfo><Applicant>만든회사|둘째회사</Applicant><ApplicationDate>20150729</ApplicationDate>
<ApplicationNumber>2020150005001</ApplicationNumber><Abstract>요약</Abstract><InventionName>만든 것</InventionName>
<InternationalpatentclassificationNumber>H02G 11/02|B65H 75/14</InternationalpatentclassificationNumber>
<OpeningDate>20170208</OpeningDate><OpeningNumber>2020170000501</OpeningNumber><PublicNumber></PublicNumber>
<PublicDate>20170209</PublicDate><RegistrationDate>20170202</RegistrationDate>
<RegistrationNumber>2004825010000</RegistrationNumber><RegistrationStatus>등록</RegistrationStatus></PatentUtilityInfo>
<PatentUtilityInfo><ApplicationNumber>1020230132001</ApplicationNumber><OpeningNumber></OpeningNumber>
<RegistrationNumber></RegistrationNumber><RegistrationStatus>취하</RegistrationStatus></PatentUtilityInfo>
</items></body></response>
"""
TIPO = """{
  "version": "1.0", "status": "ok", "message": "", "top": 3, "skip": 0, "total-count": 3,
  "tw-patent-applI": {"-page-count": 3, "-create-date": "2026/05/17", "patentcontent": [
    {"-sequence": 1, "appl-no": "061202001", "appl-date": "1972/07/26", "appl-countrycode": "TW",
     "appl-country": "中華民國", "classification-ipc": [{"-sequence": 1, "ipc-full": "F23D", "ipc-version": "06"},
     {"-sequence": 2, "ipc-full": "H01L021/02", "ipc-version": "06"}], "publish-flag": "2"},
    {"-sequence": 2, "appl-no": "062210001", "appl-date": "1973/01/03", "appl-countrycode": null,
     "appl-country": null, "classification-ipc": [], "publish-flag": "0"},
    {"-sequence": 3, "appl-no": null, "appl-date": "1973/01/03"}]}
}"""
ODP = """{
  "count": 2, "requestIdentifier": "made",
  "patentFileWrapperDataBag": [
    {"applicationNumberText": "14412991",
     "applicationMetaData": {"filingDate": "2015-01-05", "earliestPublicationNumber": "US20150157991A1",
      "earliestPublicationDate": "2015-06-11", "patentNumber": "10765991", "grantDate": "2020-09-08",
      "applicationStatusDescriptionText": "Patent Expired Due to NonPayment of Maintenance Fees Under 37 CFR 1.362",
      "applicationStatusDate": "2024-10-07", "nationalStageIndicator": true, "inventionTitle": "Made",
      "cpcClassificationBag": ["A61N   2/02"],
      "applicantBag": [{"applicantNameText": "Made s.r.o.", "correspondenceAddressBag": [
       {"cityName": "Prague", "countryCode": "CZ", "countryName": "CZECHIA"}]}],
      "inventorBag": [{"lastName": "Muster", "firstName": "Erika", "countryCode": "DE"}]},
     "eventDataBag": [{"eventCode": "EXP.", "eventDate": "2024-09-08", "eventDescriptionText": "Expire Patent"}],
     "foreignPriorityBag": [{"filingDate": "2012-07-05", "applicationNumberText": "10 2012 013 991.3",
      "ipOfficeName": "GERMANY"}],
     "parentContinuityBag": [{"claimParentageTypeCode": "NST", "parentApplicationNumberText": "PCTIB2013001991",
      "parentApplicationFilingDate": "2013-07-02", "childApplicationNumberText": "14412991"}],
     "assignmentBag": [
      {"assignmentRecordedDate": "2019-05-07", "conveyanceText": "ASSIGNMENT OF ASSIGNORS INTEREST.",
       "assignorBag": [{"assignorName": "NOVAK, FILIP"}]},
      {"assignmentRecordedDate": "2015-05-28", "conveyanceText": "ASSIGNMENT OF ASSIGNORS INTEREST.",
       "assignorBag": [{"assignorName": "MUSTER, ERIKA"}]}]},
    {"applicationNumberText": "18999991",
     "applicationMetaData": {"filingDate": "2025-01-05", "applicationStatusDescriptionText": "Docketed New Case"}}
  ]
}"""
